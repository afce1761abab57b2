// Endings of file names. Several stand for one type (.jpg and .jpeg): which of them a file has is chance, so that a form
// that takes one takes all. Endings are in lower case and begin with a dot.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace alting::paper {

// The endings of the same type, the given one first; only itself when there are no others.
[[nodiscard]] std::vector<std::string> endings_alike(std::string_view ending);
// The list with all that are alike after each, none of them twice.
[[nodiscard]] std::vector<std::string> with_endings_alike(const std::vector<std::string>& endings);
// Whether the name has one of them; an empty list takes every name.
[[nodiscard]] bool has_ending(std::string_view file_name, const std::vector<std::string>& endings);

}  // namespace alting::paper
