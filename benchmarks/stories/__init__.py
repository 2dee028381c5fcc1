"""Story clustering measured: accuracy against peers (`accuracy`), and articles placed a second (`throughput`)."""
