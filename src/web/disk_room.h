// Whether the disk has room for what people send: files are refused while there is still room for everything else.
#pragma once
#include <filesystem>

namespace alting::web {

class DiskRoom {
 public:
  // Of the disk below `folder`, `least_percent` are kept free. An empty folder has room for everything.
  DiskRoom(std::filesystem::path folder, unsigned least_percent)
      : folder_(std::move(folder)), least_percent_(least_percent) {}
  // How much of it is free, 0 to 1, for who is not root. What cannot be read counts as free: writing will tell.
  [[nodiscard]] double free_part() const;
  [[nodiscard]] bool has_room() const { return free_part() * 100 >= least_percent_; }

 private:
  std::filesystem::path folder_;
  unsigned least_percent_;
};

}  // namespace alting::web
