# Windows on x86-64, with mingw-w64: cmake -DCMAKE_TOOLCHAIN_FILE=native/cmake/mingw-w64-x86_64.cmake. Tests run through the
# program that the environment variable JEVENT_WINE names.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
find_program(CMAKE_C_COMPILER NAMES x86_64-w64-mingw32-gcc-win32 x86_64-w64-mingw32-gcc REQUIRED)
set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
if(DEFINED ENV{JEVENT_WINE})
  set(CMAKE_CROSSCOMPILING_EMULATOR "$ENV{JEVENT_WINE}" CACHE FILEPATH "Runs programs of Windows" FORCE)
endif()
