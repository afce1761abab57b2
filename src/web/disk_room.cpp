#include "web/disk_room.h"

namespace alting::web {

double DiskRoom::free_part() const {
  std::error_code error;
  const auto space = std::filesystem::space(folder_.empty() ? "." : folder_, error);
  if (folder_.empty() || error || space.capacity == 0) return 1;
  return static_cast<double>(space.available) / static_cast<double>(space.capacity);
}

}  // namespace alting::web
