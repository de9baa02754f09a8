// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#if defined(__x86_64__)
#define STRATA_KERNELS kAvx512Kernels
#define STRATA_KERNELS_NAME "AVX-512"
#include "bert/kernels.inl"
#endif
