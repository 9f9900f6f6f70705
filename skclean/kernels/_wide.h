/* The passes over a row that there are for some width of registers; see _wide_passes.h. */
#ifndef SKCLEAN_WIDE_H
#define SKCLEAN_WIDE_H

typedef struct {
    void (*look_over_float)(const float *, int, int, const int *, float *, float *, float *);
    void (*look_over_double)(const double *, int, int, const int *, double *, double *, double *);
    void (*find_first_float)(const float *, int, int, const int *, const float *, int *);
    void (*find_first_double)(const double *, int, int, const int *, const double *, int *);
    float (*best_reaching_float)(const float *, const float *, int);
    double (*best_reaching_double)(const double *, const double *, int);
} RowPasses;

#endif
