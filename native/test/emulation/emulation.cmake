# Libraries for tests alone, with stand-ins for kqueue, event ports and /dev/poll, and the themes run on them.
file(GLOB JEVENT_EMULATIONS CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c)
set(JEVENT_EMULATION_HEADERS ${CMAKE_CURRENT_LIST_DIR}/include)

# emulated_library(TARGET DIRECTORY DEFINITIONS...)
function(emulated_library TARGET DIRECTORY)
  add_library(${TARGET}_objects OBJECT ${JEVENT_SOURCES} ${JEVENT_EMULATIONS})
  target_compile_definitions(${TARGET}_objects PUBLIC JEVENT_EMULATION ${ARGN})
  target_include_directories(${TARGET}_objects BEFORE PUBLIC ${JEVENT_EMULATION_HEADERS})
  target_include_directories(${TARGET}_objects PUBLIC ${CMAKE_SOURCE_DIR}/native/include ${CMAKE_SOURCE_DIR}/native/src
                             ${CMAKE_CURRENT_LIST_DIR})
  target_link_libraries(${TARGET}_objects PUBLIC jevent_flags Threads::Threads)
  add_library(${TARGET} SHARED $<TARGET_OBJECTS:${TARGET}_objects>)
  target_include_directories(${TARGET} PUBLIC ${CMAKE_SOURCE_DIR}/native/include)
  target_link_libraries(${TARGET} PRIVATE jevent_flags Threads::Threads)
  set_target_properties(${TARGET} PROPERTIES OUTPUT_NAME jevent
                        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${DIRECTORY})
  add_library(${TARGET}_support STATIC support.c)
  target_link_libraries(${TARGET}_support PUBLIC ${TARGET} jevent_flags Threads::Threads)
endfunction()

# emulated_test(THEME LIBRARY NAME ENGINE)
function(emulated_test THEME LIBRARY NAME ENGINE)
  add_test(NAME native.${THEME}.${NAME} COMMAND ${LIBRARY}_${THEME})
  set_tests_properties(native.${THEME}.${NAME} PROPERTIES ENVIRONMENT JEVENT_TEST_ENGINE=${ENGINE} TIMEOUT 60)
endfunction()

function(emulated_program THEME LIBRARY)
  add_executable(${LIBRARY}_${THEME} test_${THEME}.c)
  target_link_libraries(${LIBRARY}_${THEME} PRIVATE ${LIBRARY}_support)
endfunction()

emulated_library(jevent_emulated emulated)
foreach(THEME abi poll receive send file accept connect shutdown datagram detach signal wait queue socket)
  emulated_program(${THEME} jevent_emulated)
  emulated_test(${THEME} jevent_emulated kqueue 3)
  emulated_test(${THEME} jevent_emulated evport 4)
  emulated_test(${THEME} jevent_emulated devpoll 5)
endforeach()

# kqueue as it was before EVFILT_USER.
emulated_library(jevent_emulated_old emulated_old JEVENT_EMULATION_WITHOUT_USER)
foreach(THEME wait signal)
  emulated_program(${THEME} jevent_emulated_old)
  emulated_test(${THEME} jevent_emulated_old old_kqueue 3)
endforeach()
