"""The whole kiosk without hardware: simulated devices at the wire, demo data, the dev dock."""
