"""From labelled articles to a model: data, folds, fitting, calibration, evaluation."""
