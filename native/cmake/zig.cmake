# Any processor, with Zig's C compiler: cmake -DCMAKE_TOOLCHAIN_FILE=native/cmake/zig.cmake -DJEVENT_ZIG=PROGRAM -DJEVENT_TARGET=s390x-linux-gnu.2.17
# The target is as Zig names it: processor, system, C library and the oldest version of that which shall do.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES JEVENT_ZIG JEVENT_TARGET)
string(REGEX MATCH "^([^-]+)-linux-" JEVENT_TARGET_IS_LINUX "${JEVENT_TARGET}")
if(NOT JEVENT_TARGET_IS_LINUX)
  message(FATAL_ERROR "JEVENT_TARGET=${JEVENT_TARGET} is not for Linux")
endif()
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${CMAKE_MATCH_1})
set(CMAKE_C_COMPILER ${JEVENT_ZIG} cc)
set(CMAKE_C_COMPILER_TARGET ${JEVENT_TARGET})
