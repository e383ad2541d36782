/*
 * The operations on a slot: OPERATION(code, function, completion), where the function carries the operation
 * out and the completion answers it. Included once for each list that is made of them, with OPERATION
 * defined; it ends that definition.
 */
OPERATION(JEV_OP_DETACH, jev_op_detach, JEV_DETACHED)
OPERATION(JEV_OP_POLL, jev_op_poll, JEV_READY)
OPERATION(JEV_OP_RECEIVE, jev_op_receive, JEV_RECEIVED)
OPERATION(JEV_OP_RECEIVE_FROM, jev_op_receive, JEV_RECEIVED_FROM)
OPERATION(JEV_OP_SEND, jev_op_send, JEV_SENT)
OPERATION(JEV_OP_SEND_TO, jev_op_send, JEV_SENT)
OPERATION(JEV_OP_SEND_FILE, jev_op_send, JEV_SENT)
OPERATION(JEV_OP_ACCEPT, jev_op_accept, JEV_ACCEPTED)
OPERATION(JEV_OP_CONNECT, jev_op_connect, JEV_CONNECTED)
OPERATION(JEV_OP_SHUTDOWN, jev_op_shutdown, JEV_SHUT)
OPERATION(JEV_OP_CANCEL_SEND, jev_op_cancel_send, 0)

#undef OPERATION
