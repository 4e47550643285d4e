"""A seeded simulation of the whole kiosk on a virtual clock: the code that ships, invented
citizens, faults at any moment, and every promise looked at after every event.
"""
