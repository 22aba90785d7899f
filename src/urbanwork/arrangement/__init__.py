"""Policy documents as data: points and asks bound to indicators, bottom lines and bodies."""
