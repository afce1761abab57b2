// Examples of every component: they feed the golden pages, and the gallery that tests/components shows to a browser and
// to axe. The program itself shows neither.
#pragma once
#include <string>
#include <vector>

#include "web/assets.h"
#include "web/html.h"
#include "web/router.h"

namespace alting::web::ui {

struct Example {
  std::string component;  // also the golden page's file name
  std::string name;
  html::Html markup;
};
[[nodiscard]] std::vector<Example> examples();
[[nodiscard]] html::Html gallery(const Assets& assets);
// GET /components, for the server of tests/components.
void add_gallery(Router& router, const Assets& assets);

}  // namespace alting::web::ui
