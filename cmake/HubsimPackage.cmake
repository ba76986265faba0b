# `cmake --install` and the Debian package (`./dev package`): the program, which holds all its data,
# the ready scenarios and the documentation. What it needs of the system is read from the program.
include(GNUInstallDirs)
install(TARGETS hubsim RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY scenarios/library DESTINATION ${CMAKE_INSTALL_DATADIR}/hubsim/scenarios)
install(FILES scenarios/scenario.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/hubsim/scenarios)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hubsim)
set(CPACK_PACKAGE_VENDOR hubsim)
set(CPACK_PACKAGE_CONTACT "the hubsim maintainers")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
