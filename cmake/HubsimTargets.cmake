# The calls a folder's CMakeLists.txt makes. Files are globbed, so adding one edits no list.

# Adds every direct child folder that has a CMakeLists.txt. Targets link by name: order is free.
function(hubsim_add_subdirectories)
  file(GLOB children CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} */CMakeLists.txt)
  foreach(child IN LISTS children)
    get_filename_component(folder ${child} DIRECTORY)
    add_subdirectory(${folder})
  endforeach()
endfunction()

# The folder's path from the root, and that path as an identifier: mock_server/portal,
# mock_server_portal.
function(hubsim_folder_names path_var id_var)
  file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  string(MAKE_C_IDENTIFIER ${path} id)
  set(${path_var} ${path} PARENT_SCOPE)
  set(${id_var} ${id} PARENT_SCOPE)
endfunction()

# hubsim_library([NAME n] [DEPS lib...] [SYSTEM_DEPS lib...] [TEST_DEPS lib...] [CONCURRENCY])
#
# One static library from the folder's *.cpp (not from subfolders, not *_test, *_bench, main.cpp),
# named hubsim_<path with _>, or an INTERFACE one where there are only headers.
# DEPS may be written without the hubsim_ prefix: `DEPS common_base mock_server_portal`.
# *_test.cpp become one GoogleTest binary <name>_test, in ctest as unit.<path>, label unit
# (and concurrency with that word; those run under ThreadSanitizer too).
function(hubsim_library)
  cmake_parse_arguments(PARSE_ARGV 0 arg "CONCURRENCY" "NAME"
                        "DEPS;SYSTEM_DEPS;TEST_DEPS;TESTS_DEPS")
  hubsim_refuse_unknown_arguments(hubsim_library ${arg_UNPARSED_ARGUMENTS})
  hubsim_folder_names(path id)
  set(name hubsim_${id})
  if(arg_NAME)
    set(name ${arg_NAME})
  endif()

  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|/main)\\.cpp$")

  set(scope PUBLIC)
  if(sources)
    add_library(${name} STATIC ${sources})
    hubsim_use_precompiled(${name} code)
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  hubsim_link_names(deps ${arg_DEPS})
  target_include_directories(${name} ${scope} ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} ${scope} ${deps} ${arg_SYSTEM_DEPS} Threads::Threads)

  if(tests)
    hubsim_link_names(test_deps ${arg_TEST_DEPS} ${arg_TESTS_DEPS})
    set(labels unit)
    if(arg_CONCURRENCY)
      list(APPEND labels concurrency)
    endif()
    hubsim_test(NAME unit.${path} TARGET ${name}_test SOURCES ${tests} LINK ${name} ${test_deps}
                LABELS ${labels})
  endif()
endfunction()

# hubsim_test(NAME ctest-name TARGET t SOURCES ... LINK ... LABELS ... [TIMEOUT s] [SERIAL])
#
# One GoogleTest binary as one ctest entry, 60 s unless told. SERIAL: nothing else runs beside it
# (for what measures time). Labels in use: unit, concurrency, simulation, integration, wire,
# clients, scenario, report, contract, tidy. unit and simulation run under ASan and UBSan too,
# concurrency under TSan.
function(hubsim_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "SERIAL" "NAME;TARGET;TIMEOUT" "SOURCES;LINK;LABELS")
  hubsim_refuse_unknown_arguments(hubsim_test ${arg_UNPARSED_ARGUMENTS})
  add_executable(${arg_TARGET} ${arg_SOURCES})
  hubsim_use_precompiled(${arg_TARGET} test)
  hubsim_link_names(libraries ${arg_LINK})
  target_include_directories(${arg_TARGET} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${arg_TARGET} PRIVATE ${libraries} GTest::gmock GTest::gtest_main
                                              Threads::Threads)
  hubsim_add_test(${arg_NAME} "${arg_LABELS}" "${arg_TIMEOUT}" "${arg_SERIAL}" ${arg_TARGET})
  hubsim_build_for_labels(${arg_TARGET} ${arg_LABELS})
endfunction()

# hubsim_script_test(NAME n COMMAND ... LABELS ... [TIMEOUT s] [SERIAL]): any command as a ctest
# entry, run in the repository's root. Exit code 77 means skipped, and shows as such.
function(hubsim_script_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "SERIAL" "NAME;TIMEOUT" "COMMAND;LABELS")
  hubsim_refuse_unknown_arguments(hubsim_script_test ${arg_UNPARSED_ARGUMENTS})
  hubsim_add_test(${arg_NAME} "${arg_LABELS}" "${arg_TIMEOUT}" "${arg_SERIAL}" ${arg_COMMAND})
  set_tests_properties(${arg_NAME} PROPERTIES SKIP_RETURN_CODE 77)
endfunction()

# hubsim_registry(FAMILY fault REGISTRY_TYPE hubsim::faults::Registry
#                 REGISTRY_HEADER mock_server/faults/registry.h
#                 FUNCTION hubsim::faults::register_all_faults [EXCLUDE file.cpp...])
#
# Call after hubsim_library() in the same folder. Every *.cpp there, but tests, registry.cpp,
# kind*.cpp and EXCLUDE, must define `void register_<family>_<file>(Registry&)` in FUNCTION's
# namespace: FUNCTION, generated, calls them all in order of file name. A file without it, or with
# the name misspelt, does not link. Declare FUNCTION(Registry&) in a header of yours.
function(hubsim_registry)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "FAMILY;REGISTRY_TYPE;REGISTRY_HEADER;FUNCTION;TARGET"
                        "EXCLUDE")
  hubsim_refuse_unknown_arguments(hubsim_registry ${arg_UNPARSED_ARGUMENTS})
  hubsim_folder_names(path id)
  set(target hubsim_${id})
  if(arg_TARGET)
    set(target ${arg_TARGET})
  endif()
  string(REGEX MATCH "^(.*)::([^:]+)$" matched ${arg_FUNCTION})
  if(NOT matched)
    message(FATAL_ERROR "hubsim_registry: FUNCTION ${arg_FUNCTION} needs its namespace")
  endif()
  set(namespace ${CMAKE_MATCH_1})
  set(function ${CMAKE_MATCH_2})

  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER files EXCLUDE REGEX "(_test|_bench|/main|/registry|/kind[^/]*)\\.cpp$")
  set(declarations "")
  set(calls "")
  foreach(file IN LISTS files)
    get_filename_component(stem ${file} NAME_WE)
    if("${stem}.cpp" IN_LIST arg_EXCLUDE)
      continue()
    endif()
    set(register register_${arg_FAMILY}_${stem})
    string(APPEND declarations "void ${register}(${arg_REGISTRY_TYPE}& registry);\n")
    string(APPEND calls "  ${register}(registry);\n")
  endforeach()
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/register_${arg_FAMILY}_all.cpp)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT
"// Generated by hubsim_registry from the files of @path@; do not edit.
#include \"@arg_REGISTRY_HEADER@\"

namespace @namespace@ {
@declarations@
void @function@(@arg_REGISTRY_TYPE@& registry);
void @function@([[maybe_unused]] @arg_REGISTRY_TYPE@& registry) {
@calls@}
}  // namespace @namespace@
")
  target_sources(${target} PRIVATE ${generated})
endfunction()

# hubsim_benchmark(NAME n SOURCES ... LINK ...): a Google Benchmark binary; never a ctest.
function(hubsim_benchmark)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;LINK")
  hubsim_refuse_unknown_arguments(hubsim_benchmark ${arg_UNPARSED_ARGUMENTS})
  add_executable(${arg_NAME} ${arg_SOURCES})
  hubsim_use_precompiled(${arg_NAME} code)
  hubsim_link_names(libraries ${arg_LINK})
  target_include_directories(${arg_NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${arg_NAME} PRIVATE ${libraries} benchmark::benchmark Threads::Threads)
endfunction()

# hubsim_fuzz(NAME http_parser SOURCES fuzz_http_parser.cpp DEPS common_http)
#
# The sources define LLVMFuzzerTestOneInput. Under the preset fuzz, target fuzz_<name> is a
# libFuzzer binary (`./dev fuzz NAME SECONDS`); elsewhere it replays tests/fuzz/corpus/<name>,
# each file whole, halved and bit-flipped, as ctest unit.fuzz.<name>.
function(hubsim_fuzz)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;DEPS")
  hubsim_refuse_unknown_arguments(hubsim_fuzz ${arg_UNPARSED_ARGUMENTS})
  set(target fuzz_${arg_NAME})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${arg_NAME})
  add_executable(${target} ${arg_SOURCES})
  hubsim_use_precompiled(${target} code)
  hubsim_link_names(libraries ${arg_DEPS})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE ${libraries} Threads::Threads)
  if(HUBSIM_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    return()
  endif()
  target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
  hubsim_add_test(unit.fuzz.${arg_NAME} unit "" "" ${target} ${corpus})
  hubsim_build_for_labels(${target} unit)
endfunction()

# ---- helpers of the above -------------------------------------------------------------------

# `common_base` and `hubsim_common_base` are the same library; names with :: stay as they are.
# A name no folder defines is named at configure time; only what links it fails to build.
function(hubsim_link_names out)
  set(names "")
  foreach(name IN LISTS ARGN)
    if(NOT name MATCHES "::|^hubsim_|^-|^\\$<|^pthread$|^dl$")
      set(name hubsim_${name})
    endif()
    list(APPEND names ${name})
    if(name MATCHES "^hubsim_")
      set_property(GLOBAL APPEND PROPERTY hubsim_linked_names ${name})
      hubsim_folder_names(path id)
      set_property(GLOBAL PROPERTY hubsim_linked_from_${name} ${path})
    endif()
  endforeach()
  set(${out} ${names} PARENT_SCOPE)
endfunction()

function(hubsim_check_link_names)
  get_property(names GLOBAL PROPERTY hubsim_linked_names)
  list(REMOVE_DUPLICATES names)
  foreach(name IN LISTS names)
    if(NOT TARGET ${name})
      get_property(path GLOBAL PROPERTY hubsim_linked_from_${name})
      message(WARNING "${path}/CMakeLists.txt links ${name}, which no folder defines")
    endif()
  endforeach()
endfunction()
cmake_language(DEFER DIRECTORY ${PROJECT_SOURCE_DIR} CALL hubsim_check_link_names)

function(hubsim_add_test name labels timeout serial)
  if(NOT labels)
    message(FATAL_ERROR "test ${name} has no label (in ${CMAKE_CURRENT_SOURCE_DIR})")
  endif()
  if(NOT timeout)
    set(timeout 60)
  endif()
  if(NOT serial)
    set(serial OFF)
  endif()
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  string(CONCAT environment "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1;"
                            "UBSAN_OPTIONS=print_stacktrace=1;"
                            "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1")
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT ${timeout}
                       RUN_SERIAL ${serial} ENVIRONMENT "${environment}")
endfunction()

# The sanitizer lanes build only what they run: targets tests_sanitized and tests_concurrency.
add_custom_target(tests_sanitized)
add_custom_target(tests_concurrency)
function(hubsim_build_for_labels target)
  if("unit" IN_LIST ARGN OR "simulation" IN_LIST ARGN)
    add_dependencies(tests_sanitized ${target})
  endif()
  if("concurrency" IN_LIST ARGN)
    add_dependencies(tests_concurrency ${target})
  endif()
endfunction()

function(hubsim_refuse_unknown_arguments call)
  if(ARGN)
    message(FATAL_ERROR "${call}: unknown argument ${ARGN} (in ${CMAKE_CURRENT_SOURCE_DIR})")
  endif()
endfunction()
