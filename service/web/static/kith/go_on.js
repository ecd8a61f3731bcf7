// Presses the one button of a page that somebody was only sent to. Without it they press it themselves.
document.querySelector("form[data-go-on]")?.requestSubmit();
