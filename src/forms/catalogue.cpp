#include "forms/catalogue.h"

#include <shared_mutex>

#include "forms/form_definition.h"

namespace alting::forms {

namespace fs = std::filesystem;

Loaded load_app(const fs::path& folder) {
  Loaded out;
  auto read = read_folder(folder, out.faults);
  check_folder(read, out.faults);
  if (out.faults.size() > max_faults) {  // the first that were found: what is wrong at the root is found first
    const auto more = out.faults.size() - max_faults;
    out.faults.resize(max_faults);
    out.faults.push_back({folder.filename().string(), 0, fmt::format("there are {} faults more", more)});
  }
  std::ranges::stable_sort(
      out.faults, [](const Fault& a, const Fault& b) { return std::tie(a.file, a.line) < std::tie(b.file, b.line); });
  if (out.faults.empty())
    out.app = std::make_shared<const App>(std::make_shared<const FormDefinition>(std::move(read)));
  return out;
}

namespace {

// Changes whenever a file of the folder does: names, sizes and times of change.
std::string signature_of(const fs::path& folder) {
  std::string out;
  std::error_code error;
  std::vector<std::string> lines;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (!at->is_regular_file(error)) continue;
    auto time = at->last_write_time(error).time_since_epoch().count();
    lines.push_back(fmt::format("{}|{}|{}\n", at->path().string(), at->file_size(error), time));
    if (lines.size() > 10'000) break;
  }
  std::ranges::sort(lines);
  for (const auto& line : lines) out += line;
  return out;
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->is_directory(error) && !at->path().filename().string().starts_with('.')) out.push_back(at->path());
  }
  std::ranges::sort(out);
  return out;
}

bool is_app(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "config" / "applicationmetadata.json", error) ||
         fs::exists(folder / "App" / "config" / "applicationmetadata.json", error);
}

}  // namespace

struct AppCatalogue::Impl {
  struct Entry {
    std::string signature;
    std::shared_ptr<const App> app;  // the last that had no faults
    std::vector<Fault> faults;
  };
  fs::path folder;
  bool watch = false;
  mutable std::shared_mutex mutex;
  std::map<fs::path, Entry> entries;
  std::mutex refreshing;  // one at a time; readers are not held up while files are read

  bool refresh(bool first) {
    std::lock_guard one(refreshing);
    bool changed = false;
    std::set<fs::path> present;
    for (const auto& org : folders_in(folder)) {
      for (const auto& path : folders_in(org)) {
        if (!is_app(path)) continue;
        present.insert(path);
        if (load(org, path, first)) changed = true;
      }
    }
    std::unique_lock lock(mutex);
    changed = std::erase_if(entries, [&](const auto& entry) { return !present.contains(entry.first); }) > 0 || changed;
    return changed;
  }

  bool load(const fs::path& org, const fs::path& path, bool first) {
    auto signature = signature_of(path);
    if (!first) {
      std::shared_lock lock(mutex);
      auto known = entries.find(path);
      if (known != entries.end() && known->second.signature == signature) return false;
    }
    auto loaded = load_app(path);
    auto name = org.filename().string() + "/" + path.filename().string();
    if (loaded.app && loaded.app->facts().id.text() != name) {
      loaded.faults.push_back(
          {"config/applicationmetadata.json", 0,
           fmt::format("the id \"{}\" is not the folder \"{}\"", loaded.app->facts().id.text(), name)});
      loaded.app = nullptr;
    }
    for (auto& fault : loaded.faults) fault.file = name + "/" + fault.file;
    std::unique_lock lock(mutex);
    auto& entry = entries[path];
    entry.signature = std::move(signature);
    entry.faults = std::move(loaded.faults);
    if (loaded.app) entry.app = std::move(loaded.app);
    return true;
  }
};

AppCatalogue::AppCatalogue(fs::path folder, bool watch) : impl_(std::make_unique<Impl>()) {
  impl_->folder = std::move(folder);
  impl_->watch = watch;
  impl_->refresh(true);
}

AppCatalogue::~AppCatalogue() = default;

std::vector<std::shared_ptr<const App>> AppCatalogue::all() const {
  auto out = services();
  std::erase_if(out, [](const auto& app) { return app->messages_only(); });
  return out;
}

std::vector<std::shared_ptr<const App>> AppCatalogue::services() const {
  std::shared_lock lock(impl_->mutex);
  std::vector<std::shared_ptr<const App>> out;
  for (const auto& [path, entry] : impl_->entries) {
    if (entry.app) out.push_back(entry.app);
  }
  return out;
}

std::shared_ptr<const App> AppCatalogue::find(const terms::AppId& id) const {
  std::shared_lock lock(impl_->mutex);
  for (const auto& [path, entry] : impl_->entries) {
    if (entry.app && entry.app->facts().id == id) return entry.app;
  }
  return nullptr;
}

base::Result<std::shared_ptr<const App>> AppCatalogue::get(const terms::AppId& id) const {
  auto found = find(id);
  if (!found) return base::make_error(base::ErrorKind::not_found, "error.app.not_found");
  return found;
}

std::vector<Fault> AppCatalogue::faults() const {
  std::shared_lock lock(impl_->mutex);
  std::vector<Fault> out;
  for (const auto& [path, entry] : impl_->entries) out.insert(out.end(), entry.faults.begin(), entry.faults.end());
  return out;
}

bool AppCatalogue::refresh() { return impl_->watch && impl_->refresh(false); }

}  // namespace alting::forms
