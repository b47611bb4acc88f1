package snow

// Load asks the weather service for the snow report of a valley.
type Load func(valley string) (string, error)
