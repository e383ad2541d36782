# Prints the library's sources for a family of systems, one a line: cmake [-DWIN32=ON] -P native/cmake/list-sources.cmake
get_filename_component(ROOT ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
include(${CMAKE_CURRENT_LIST_DIR}/platform.cmake)
file(GLOB SOURCES RELATIVE ${ROOT} ${ROOT}/native/src/*.c)
jevent_choose_sources(SOURCES)
foreach(SOURCE ${SOURCES})
  execute_process(COMMAND ${CMAKE_COMMAND} -E echo ${SOURCE})
endforeach()
