# Every third-party library, found once. Names to put into SYSTEM_DEPS:
#   nlohmann_json::nlohmann_json  spdlog::spdlog  simdjson::simdjson  yaml-cpp::yaml-cpp
#   cxxopts::cxxopts  OpenSSL::SSL OpenSSL::Crypto  SQLite::SQLite3  ZLIB::ZLIB  Boost::headers
#   PkgConfig::PISTACHE  PkgConfig::RE2  PkgConfig::NGHTTP2  Threads::Threads  benchmark::benchmark
#   GTest::gmock
# Imported targets are SYSTEM for the compiler by themselves.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(spdlog REQUIRED)
find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(cxxopts REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81 REQUIRED) # headers only: unordered_flat_map, Beast's parser
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
# ./dev setup makes this venv: the system's yaml and jsonschema, and the official Python SDK.
set(HUBSIM_PYTHON ${PROJECT_SOURCE_DIR}/build/tools/venv/bin/python)
set(HUBSIM_NODE ${PROJECT_SOURCE_DIR}/build/tools/bin/node)
set(HUBSIM_WEB_MODULES ${PROJECT_SOURCE_DIR}/tools/web/node_modules) # uplot, preact, htm
pkg_check_modules(PISTACHE REQUIRED IMPORTED_TARGET libpistache) # Debian ships no CMake config
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2) # regular expressions of property rules
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2) # HTTP/2 of the load generator

if(NOT TARGET yaml-cpp::yaml-cpp) # the name since yaml-cpp 0.8; Debian 12 has 0.7
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
