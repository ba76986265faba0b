// Runs a fuzz target over its corpus without libFuzzer, so that every build replays every input
// that once broke something. Each file is given whole, cut short at eight places, and with a bit
// turned over at sixty-four: deterministic, so a failure is the same for everybody.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& input) {
  // A copy of exactly its size: AddressSanitizer then sees any read past the end.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

void run_variants(const std::string& input) {
  run(input);
  for (std::size_t part = 0; part < 8; ++part) run(input.substr(0, input.size() * part / 8));
  const std::size_t step = std::max<std::size_t>(1, input.size() / 64);
  for (std::size_t place = 0; place < input.size(); place += step) {
    std::string turned = input;
    const unsigned bit = 1U << (place % 8);
    turned[place] = static_cast<char>(static_cast<unsigned char>(turned[place]) ^ bit);
    run(turned);
  }
}

std::vector<std::filesystem::path> files_of(const char* folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER (an existing folder)\n", argv[0]);
    return 2;
  }
  const auto files = files_of(argv[1]);
  for (const auto& file : files) {
    std::printf("%s\n", file.filename().c_str());
    std::fflush(stdout);  // names the input when the target aborts
    run_variants(read(file));
  }
  if (files.empty()) std::fprintf(stderr, "no input in %s: nothing was tested\n", argv[1]);
  return files.empty() ? 1 : 0;
}
