# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers

# Flags for our own code only; third-party headers come in as system headers.
add_library(strata_flags INTERFACE)
target_compile_options(strata_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                       -Woverloaded-virtual -Wno-unknown-pragmas)
# GCC 12 warns falsely about operator+ of strings (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(strata_flags INTERFACE -Wno-restrict)
endif()
if(STRATA_WARNINGS_AS_ERRORS)
    target_compile_options(strata_flags INTERFACE -Werror)
endif()
target_compile_definitions(strata_flags INTERFACE QT_NO_KEYWORDS
                           STRATA_VERSION="${PROJECT_VERSION}")
if(STRATA_SANITIZE)
    target_compile_options(strata_flags INTERFACE -fsanitize=${STRATA_SANITIZE} -fno-omit-frame-pointer
                           -fno-sanitize-recover=all)
    target_link_options(strata_flags INTERFACE -fsanitize=${STRATA_SANITIZE})
endif()

if(STRATA_FUZZERS)  # coverage for libFuzzer in all of our code; the fuzz targets bring its main()
    target_compile_options(strata_flags INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(strata_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# strata_library(<folder> SOURCES ... [PUBLIC targets...] [PRIVATE targets...])
# One static library per folder of the house; its include root is the floor plan's root,
# so that #include "probing/edgeprobe.h" shows the layer.
function(strata_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(strata_${name} STATIC ${ARG_SOURCES})
    target_include_directories(strata_${name} PUBLIC ${PROJECT_SOURCE_DIR}/core ${PROJECT_SOURCE_DIR})
    target_link_libraries(strata_${name} PRIVATE strata_flags PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# strata_test(<unit> [SOURCES extra.cpp...] LIBS targets... [LABELS l...] [TIMEOUT s] [GUI])
# Builds tst_<unit>.cpp (Qt Test) and registers one ctest entry.
function(strata_test unit)
    cmake_parse_arguments(ARG "GUI" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
    add_executable(tst_${unit} tst_${unit}.cpp ${ARG_SOURCES})
    set_target_properties(tst_${unit} PROPERTIES AUTOMOC ON)
    target_include_directories(tst_${unit} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    target_link_libraries(tst_${unit} PRIVATE strata_flags Qt6::Test ${ARG_LIBS})
    add_test(NAME ${unit} COMMAND tst_${unit})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    set_tests_properties(${unit} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;STRATA_SHARED_DEFAULT=${PROJECT_SOURCE_DIR}/../shared")
endfunction()
