"""Writing notes of what ran."""
