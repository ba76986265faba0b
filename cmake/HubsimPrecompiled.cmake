# Precompiled headers for the sanitizer lanes: the standard library, nlohmann's JSON and GoogleTest
# are half of what compiling a file costs clang. Two serve the whole tree, one for code and one for
# tests. Release builds without: g++ gains nothing (it instantiates again what was precompiled), and
# so every file still has to include what it uses.

option(HUBSIM_PRECOMPILED "Precompile the headers that most files include (clang)" OFF)

set(HUBSIM_CODE_HEADERS <algorithm> <array> <atomic> <charconv> <chrono> <cmath> <cstdint> <deque>
    <filesystem> <fstream> <functional> <map> <memory> <mutex> <optional> <set> <span> <string>
    <string_view> <thread> <unordered_map> <utility> <variant> <vector>
    <boost/unordered/unordered_flat_map.hpp> <boost/unordered/unordered_flat_set.hpp>
    <fmt/format.h> <nlohmann/json.hpp>)
set(HUBSIM_TEST_HEADERS ${HUBSIM_CODE_HEADERS} <gmock/gmock.h> <gtest/gtest.h>)

# The library that owns one of the two. ccache does not keep the precompiled header (it names its
# own place), and tells compilations apart by the sum beside it: same headers, same result.
function(hubsim_precompiled_library name libraries)
  set(source ${CMAKE_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Carries the precompiled header.\n")
  add_library(${name} STATIC ${source})
  target_link_libraries(${name} PRIVATE Threads::Threads ${libraries})
  target_precompile_headers(${name} PRIVATE ${ARGN})
  target_compile_options(${name} PRIVATE -fpch-instantiate-templates)
  set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER "")
  set(versions ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${nlohmann_json_VERSION}
      ${Boost_VERSION} ${GTest_VERSION} ${fmt_VERSION} ${CMAKE_BUILD_TYPE} ${HUBSIM_SANITIZE})
  string(SHA256 sum "${ARGN} ${versions}")
  foreach(ending gch pch)
    file(CONFIGURE CONTENT "${sum}\n"
         OUTPUT ${CMAKE_BINARY_DIR}/CMakeFiles/${name}.dir/cmake_pch.hxx.${ending}.sum)
  endforeach()
endfunction()

if(HUBSIM_PRECOMPILED)
  hubsim_precompiled_library(hubsim_code_headers "" ${HUBSIM_CODE_HEADERS})
  hubsim_precompiled_library(hubsim_test_headers GTest::gmock ${HUBSIM_TEST_HEADERS})
endif()

# hubsim_use_precompiled(target code|test)
function(hubsim_use_precompiled target kind)
  if(HUBSIM_PRECOMPILED)
    target_precompile_headers(${target} REUSE_FROM hubsim_${kind}_headers)
  endif()
endfunction()
