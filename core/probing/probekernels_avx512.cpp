// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#if defined(__x86_64__)
#define STRATA_PROBE_KERNELS kAvx512ProbeKernels
#define STRATA_PROBE_KERNELS_NAME "avx512"
#include "probing/probekernels.inl"
#endif
