# The one list of element types that the kernels are compiled for.
ctypedef fused proba_t:
    float
    double
