"""Ways out of the office: e-mail, SMS, chats."""
