// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#if defined(__x86_64__)
#define STRATA_KERNELS kAvx2Kernels
#define STRATA_KERNELS_NAME "AVX2"
#include "bert/kernels.inl"
#endif
