# Prints the library's sources for a family of systems, one a line: cmake [-DWIN32=ON] -P native/cmake/list-sources.cmake
include(${CMAKE_CURRENT_LIST_DIR}/platform.cmake)
jevent_list_sources(SOURCES)
foreach(SOURCE ${SOURCES})
  execute_process(COMMAND ${CMAKE_COMMAND} -E echo ${SOURCE})
endforeach()
