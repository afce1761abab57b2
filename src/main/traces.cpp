#include "main/traces.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <functional>
#include <system_error>

#include "store/rows_by_column.h"

namespace alting::main {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t read_at_once = std::size_t{1} << 20;

// Counts in pieces: each keeps the end of the one before, so that what lies over the border is found, and found once.
class Looking {
 public:
  explicit Looking(const std::vector<base::Bytes>& markers) : markers_(markers), found_(markers.size()) {
    for (const auto& one : markers) longest_ = std::max(longest_, one.size());
  }
  void add(std::string_view piece) {
    const auto kept = text_.size();
    text_.append(piece);
    for (std::size_t i = 0; i < markers_.size(); ++i) {
      const auto& marker = markers_[i];
      // Not what lay whole in what is kept: it was counted.
      auto at = text_.find(marker, kept >= marker.size() ? kept - marker.size() + 1 : 0);
      for (; at != std::string::npos; at = text_.find(marker, at + 1)) {
        if (found_[i].times++ == 0) found_[i].first = begin_ + static_cast<std::int64_t>(at);
      }
    }
    const auto keep = std::min(longest_ == 0 ? 0 : longest_ - 1, text_.size());
    begin_ += static_cast<std::int64_t>(text_.size() - keep);
    text_.erase(0, text_.size() - keep);
  }
  void tell(const std::string& place, std::vector<Trace>& into) const {
    for (std::size_t i = 0; i < found_.size(); ++i)
      if (found_[i].times > 0) into.push_back({place, i, found_[i].times, found_[i].first});
  }

 private:
  struct Found {
    std::int64_t times = 0, first = 0;
  };
  const std::vector<base::Bytes>& markers_;
  std::vector<Found> found_;
  std::size_t longest_ = 0;
  std::string text_;
  std::int64_t begin_ = 0;  // where text_ begins in the file
};

void look_into(const fs::path& file, const std::string& place, const std::vector<base::Bytes>& markers,
               std::vector<Trace>& into) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return;  // it went away
    throw std::system_error(EACCES, std::generic_category(), place);
  }
  Looking looking(markers);
  std::string piece(read_at_once, '\0');
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    looking.add(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
  }
  if (in.bad()) throw std::system_error(EIO, std::generic_category(), place);
  looking.tell(place, into);
}

}  // namespace

std::vector<Trace> traces_in_files(const fs::path& folder, const std::vector<base::Bytes>& markers) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::error_code ignored;
    if (entry.is_regular_file(ignored)) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Trace> found;
  for (const auto& file : files) look_into(file, file.lexically_relative(folder).string(), markers, found);
  return found;
}

std::vector<Trace> traces_in_rows(store::Database& database, const store::Catalogue& catalogue,
                                  const std::vector<base::Bytes>& markers) {
  std::vector<Trace> found;
  for (const auto* table : catalogue.tables()) {
    if (table->in_keystore) continue;
    for (const auto& column : table->columns) {
      if (column.type == terms::ColumnType::number) continue;
      for (std::size_t i = 0; i < markers.size(); ++i) {
        const auto rows = database.read(
            [&](store::Tx& tx) { return store::rows_containing(tx, database.engine(), *table, column, markers[i]); });
        if (rows > 0) found.push_back({fmt::format("{}.{}", table->name, column.name), i, rows, 0});
      }
    }
  }
  return found;
}

}  // namespace alting::main
