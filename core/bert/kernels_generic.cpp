// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#define STRATA_KERNELS kGenericKernels
#define STRATA_KERNELS_NAME "generic"
#include "bert/kernels.inl"
