"""Who somebody is: passwords, passkeys, second steps, links, an organisation's own service; and their sessions."""
