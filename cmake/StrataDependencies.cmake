# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
find_package(ZLIB REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
find_package(SQLiteCpp REQUIRED)
find_package(CLI11 REQUIRED)
# Not by its CMake config: Debian's asks for OpenCL, which only its GPU half needs.
find_library(DNNL_LIBRARY dnnl REQUIRED)
find_path(DNNL_INCLUDE_DIR dnnl.hpp REQUIRED)
add_library(strata_dnnl INTERFACE)
target_link_libraries(strata_dnnl INTERFACE ${DNNL_LIBRARY})
target_include_directories(strata_dnnl SYSTEM INTERFACE ${DNNL_INCLUDE_DIR})

# libtorch: its config adds global flags we do not want; keep them on one interface target.
find_package(Torch REQUIRED)
add_library(strata_torch INTERFACE)
target_link_libraries(strata_torch INTERFACE ${TORCH_LIBRARIES})
target_include_directories(strata_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})

if(STRATA_GUI)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets Svg)
    pkg_check_modules(QPDF REQUIRED IMPORTED_TARGET libqpdf)
endif()
if(STRATA_TESTS)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Core Test)
endif()
