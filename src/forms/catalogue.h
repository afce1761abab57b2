// The apps of this installation, loaded from their folders.
#pragma once
#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"
#include "forms/app.h"
#include "forms/fault.h"
#include "terms/ids.h"

namespace alting::forms {

// Every mistake with file and line; an app that has any is not loaded.
struct Loaded {
  std::shared_ptr<const App> app;  // nullptr when there are faults
  std::vector<Fault> faults;       // the first max_faults, and one that says how many more there are
};
inline constexpr std::size_t max_faults = 1'000;
[[nodiscard]] Loaded load_app(const std::filesystem::path& folder);

// All apps below a folder `services/<org>/<app>`; in development a folder that changed on disk is loaded again.
class AppCatalogue {
 public:
  explicit AppCatalogue(std::filesystem::path folder, bool watch);
  ~AppCatalogue();
  [[nodiscard]] std::vector<std::shared_ptr<const App>> all() const;            // that can be filled in
  [[nodiscard]] std::vector<std::shared_ptr<const App>> services() const;       // and those with messages only
  [[nodiscard]] std::shared_ptr<const App> find(const terms::AppId& id) const;  // nullptr when there is none
  [[nodiscard]] base::Result<std::shared_ptr<const App>> get(const terms::AppId& id) const;  // "error.app.not_found"
  [[nodiscard]] std::vector<Fault> faults() const;
  // Looks for changes; true when something was loaded anew (its policies must then be loaded too).
  bool refresh();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alting::forms
