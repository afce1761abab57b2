// JSON files of a folder, with the line of each value, so that a fault can point at it.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "forms/fault.h"

namespace alting::forms {

using base::Json;

struct Lines {  // runs beside a Json: the line of the value, then those of its items or members
  int line = 0;
  std::vector<Lines> children;
};

struct Source {
  std::string file;  // as faults name it, relative to the folder
  Json value;
  Lines lines;
};

// A value in a source. Cheap to copy; lives as long as its Source.
class Node {
 public:
  Node() = default;
  explicit Node(const Source& source) : file_(&source.file), value_(&source.value), lines_(&source.lines) {}
  Node(const std::string* file, const Json* value, const Lines* lines) : file_(file), value_(value), lines_(lines) {}

  [[nodiscard]] bool exists() const { return value_ != nullptr; }
  [[nodiscard]] const Json& json() const;  // null when it does not exist
  [[nodiscard]] int line() const { return lines_ == nullptr ? 0 : lines_->line; }
  [[nodiscard]] Node operator[](std::string_view name) const;
  [[nodiscard]] Node at(std::size_t index) const;
  [[nodiscard]] std::size_t size() const { return json().size(); }
  [[nodiscard]] std::vector<Node> items() const;                            // of an array
  [[nodiscard]] std::vector<std::pair<std::string, Node>> members() const;  // of an object
  [[nodiscard]] std::string text(std::string_view name) const { return std::string(json().text(name)); }
  [[nodiscard]] Fault fault(std::string message) const {
    return {file_ == nullptr ? "" : *file_, line(), std::move(message)};
  }

 private:
  const std::string* file_ = nullptr;
  const Json* value_ = nullptr;
  const Lines* lines_ = nullptr;
};

// Text of JSON; a syntax error becomes a fault with its line and the answer is nothing. A byte order mark is skipped.
[[nodiscard]] std::shared_ptr<const Source> parse_source(std::string file, std::string_view text,
                                                         std::vector<Fault>& faults);
[[nodiscard]] std::shared_ptr<const Source> read_source(const std::filesystem::path& path, std::string file,
                                                        std::vector<Fault>& faults);
// The file's octets; nothing (and a fault) when it cannot be read or is larger than 4 MiB.
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& path, const std::string& file,
                                                   std::vector<Fault>& faults);

}  // namespace alting::forms
