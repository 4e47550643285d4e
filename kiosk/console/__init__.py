"""The technician's console at `/technician`: an own login, the kiosk's live state, its repair."""
