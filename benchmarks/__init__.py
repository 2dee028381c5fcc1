"""Side-by-side benchmarks; `make bench` runs them all. Ratios count, the machine's mood does not."""
