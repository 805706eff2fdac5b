"""Rules that are looked at unless they are ignored: they find mistakes, and no network that is as its paper has it."""
