// An app folder of a test's own, to be written or spoilt; for tests.
#pragma once
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "forms/sample_app.h"

namespace alting::forms {

// A process of one task that fills in data, and `more` of it.
inline std::string process_with(std::string_view more) {
  return fmt::format(
      R"(<?xml version="1.0"?><b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:altinn="http://altinn.no/process"><b:process id="p">
<b:startEvent id="s"/>
<b:task id="Task_1"><b:extensionElements><altinn:taskExtension><altinn:taskType>data</altinn:taskType></altinn:taskExtension></b:extensionElements></b:task>
{}<b:endEvent id="e"/></b:process></b:definitions>)",
      more);
}

class OwnFolder : public ::testing::Test {
 protected:
  OwnFolder()
      : folder_(std::filesystem::temp_directory_path() /
                fmt::format("alting-folder-{}-{}", ::getpid(),
                            ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(folder_);
  }
  ~OwnFolder() override { std::filesystem::remove_all(folder_); }

  void copy(const std::filesystem::path& from) {
    std::filesystem::copy(from, folder_, std::filesystem::copy_options::recursive);
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  void spoil(const std::string& name, const std::string& from, const std::string& to) const {
    auto text = read(name);
    ASSERT_NE(text.find(from), std::string::npos) << name << ": " << from;
    write(name, text.replace(text.find(from), from.size(), to));
  }
  [[nodiscard]] std::shared_ptr<const App> app() const {
    auto loaded = load_app(folder_);
    for (const auto& fault : loaded.faults) ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
    if (!loaded.app) throw std::runtime_error("the folder does not load");
    return loaded.app;
  }
  // A line each: file, line of it, message.
  [[nodiscard]] static std::string in_lines(const std::vector<Fault>& faults) {
    std::string out;
    for (const auto& fault : faults) out += fmt::format("{}:{}: {}\n", fault.file, fault.line, fault.message);
    return out;
  }
  [[nodiscard]] std::string faults() const { return in_lines(load_app(folder_).faults); }

  std::filesystem::path folder_;
};

}  // namespace alting::forms
