package pollen

// Load asks the weather service for the pollen report of a town.
type Load func(town string) (string, error)
