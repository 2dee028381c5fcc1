"""Run every benchmark and print one table each."""

from benchmarks import scoring

if __name__ == "__main__":
    scoring.main()
