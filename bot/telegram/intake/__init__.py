"""Updates on their way in: fetched, parsed one at a time, remembered until they are answered."""
