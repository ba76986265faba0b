# How every file is compiled. Presets set HUBSIM_SANITIZE and CMAKE_BUILD_TYPE; the rest is here.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(HUBSIM_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (address,undefined)")
option(HUBSIM_FUZZ "Build hubsim_fuzz targets with libFuzzer (clang only)" OFF)

# Line tables are enough for stack traces and keep the build small. Release keeps them too.
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")

# The same for all, or the precompiled headers would not fit where a library adds its own.
add_compile_options(-pthread)
add_compile_definitions(FMT_SHARED)

# Third-party headers come in as SYSTEM, so these bind our own code only.
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Werror;-Wshadow;-Wconversion;\
-Wsign-conversion;-Wnon-virtual-dtor;-Wold-style-cast;-Woverloaded-virtual;-Wswitch;\
-Wno-missing-field-initializers>") # designated initializers leave out what is default
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # The three switched off are reported by g++ 12 at -O2 inside libstdc++'s own inlined code (GCC
  # bugs 105329, 105562, 107852). The clang lanes and the sanitizers look for the same mistakes.
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wduplicated-cond;-Wlogical-op;-Wuseless-cast;\
-Wno-restrict;-Wno-maybe-uninitialized;-Wno-stringop-overflow>")
  # A tenth of the compile time is g++ collecting garbage in a heap that it starts out too small.
  add_compile_options("SHELL:--param ggc-min-heapsize=600000")
endif()

if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # std::stable_sort of libstdc++ 12 calls a function that it marks as deprecated itself.
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wno-deprecated-declarations>")
endif()

if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_definitions("$<$<COMPILE_LANGUAGE:CXX>:_GLIBCXX_ASSERTIONS>")
endif()

if(HUBSIM_SANITIZE)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${HUBSIM_SANITIZE};\
-fno-sanitize-recover=all;-fno-omit-frame-pointer>")
  add_link_options(-fsanitize=${HUBSIM_SANITIZE})
endif()
if(HUBSIM_FUZZ)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=fuzzer-no-link>")
endif()

# lld links the sanitizer builds several times faster than the default linker.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  find_program(HUBSIM_LLD NAMES ld.lld-19 ld.lld)
  if(HUBSIM_LLD)
    add_link_options(--ld-path=${HUBSIM_LLD})
  endif()
endif()

# No path of the building machine in a binary, and cache hits from any checkout.
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=>")
find_program(HUBSIM_CCACHE ccache)
if(HUBSIM_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${HUBSIM_CCACHE})
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang") # what ccache asks for beside precompiled headers
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()
