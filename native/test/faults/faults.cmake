# What makes calls fail, and the streams that go through it.
set(JEVENT_FAULTS_SOURCES faults/schedule.c faults/calls.c faults/memory.c faults/uring.c)
add_library(jevent_faults_objects OBJECT ${JEVENT_FAULTS_SOURCES})
target_link_libraries(jevent_faults_objects PUBLIC jevent_flags Threads::Threads ${CMAKE_DL_LIBS})
if(JEVENT_SANITIZE)
  # Called before the sanitizer is ready, for which nothing can be preloaded then; sources have the last word.
  set_source_files_properties(${JEVENT_FAULTS_SOURCES} PROPERTIES COMPILE_OPTIONS "-fno-sanitize=all;-DJEVENT_SANITIZED")
else()
  add_library(jevent_faults SHARED $<TARGET_OBJECTS:jevent_faults_objects>)
  target_link_libraries(jevent_faults PRIVATE jevent_flags Threads::Threads ${CMAKE_DL_LIBS})
endif()

# faults_program(NAME SOURCES...)
function(faults_program NAME)
  add_executable(${NAME} ${ARGN} $<TARGET_OBJECTS:jevent_faults_objects>)
  target_link_libraries(${NAME} PRIVATE jevent_test_support ${CMAKE_DL_LIBS})
  set_target_properties(${NAME} PROPERTIES ENABLE_EXPORTS ON)
endfunction()

faults_program(test_faults test_faults.c faults/streams.c faults/play_act.c faults/play_completions.c)
faults_program(test_faults_posix test_faults_posix.c)
if(JEVENT_SANITIZE)
  set(SEEDS --seeds 30) # each takes several times as long
endif()
foreach(ENGINE epoll=1 io_uring=2 poll=6 select=7)
  string(REGEX REPLACE "=.*" "" NAME ${ENGINE})
  string(REGEX REPLACE ".*=" "JEVENT_TEST_ENGINE=" SETTING ${ENGINE})
  add_test(NAME native.faults.${NAME} COMMAND test_faults ${SEEDS})
  add_test(NAME native.faults_posix.${NAME} COMMAND test_faults_posix)
  set_tests_properties(native.faults.${NAME} native.faults_posix.${NAME}
                       PROPERTIES ENVIRONMENT ${SETTING} TIMEOUT 120 SKIP_RETURN_CODE 77)
endforeach()

faults_program(test_faults_uring test_faults_uring.c)
add_test(NAME native.faults_uring COMMAND test_faults_uring)
set_tests_properties(native.faults_uring PROPERTIES ENVIRONMENT JEVENT_TEST_ENGINE=2 TIMEOUT 60 SKIP_RETURN_CODE 77)
