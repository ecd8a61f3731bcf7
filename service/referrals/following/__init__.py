"""What happens after a referral: clocks, dates, visits, the end."""
