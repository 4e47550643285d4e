"""What keeps a kiosk from serving, why, and what to do: for technicians."""
