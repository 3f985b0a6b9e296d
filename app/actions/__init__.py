"""Every command of the window, in one table; one file per menu."""
