// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#define STRATA_PROBE_KERNELS kGenericProbeKernels
#define STRATA_PROBE_KERNELS_NAME "generic"
#include "probing/probekernels.inl"
