package dev.jarbor.etcd;

import com.google.protobuf.Message;
import dev.jarbor.etcd.proto.AuthenticateRequest;
import dev.jarbor.etcd.proto.AuthenticateResponse;
import dev.jarbor.etcd.proto.CompactionRequest;
import dev.jarbor.etcd.proto.CompactionResponse;
import dev.jarbor.etcd.proto.RangeRequest;
import dev.jarbor.etcd.proto.RangeResponse;
import dev.jarbor.etcd.proto.StatusRequest;
import dev.jarbor.etcd.proto.StatusResponse;
import dev.jarbor.etcd.proto.TxnRequest;
import dev.jarbor.etcd.proto.TxnResponse;
import dev.jarbor.etcd.proto.WatchRequest;
import dev.jarbor.etcd.proto.WatchResponse;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;

/** The calls of etcd's API, version 3, that the store makes. */
final class EtcdMethods {
    static final MethodDescriptor<RangeRequest, RangeResponse> RANGE = method(
            MethodType.UNARY, "KV", "Range", RangeRequest.getDefaultInstance(), RangeResponse.getDefaultInstance());
    static final MethodDescriptor<TxnRequest, TxnResponse> TXN =
            method(MethodType.UNARY, "KV", "Txn", TxnRequest.getDefaultInstance(), TxnResponse.getDefaultInstance());
    static final MethodDescriptor<CompactionRequest, CompactionResponse> COMPACT = method(
            MethodType.UNARY,
            "KV",
            "Compact",
            CompactionRequest.getDefaultInstance(),
            CompactionResponse.getDefaultInstance());
    static final MethodDescriptor<WatchRequest, WatchResponse> WATCH = method(
            MethodType.BIDI_STREAMING,
            "Watch",
            "Watch",
            WatchRequest.getDefaultInstance(),
            WatchResponse.getDefaultInstance());
    static final MethodDescriptor<AuthenticateRequest, AuthenticateResponse> AUTHENTICATE = method(
            MethodType.UNARY,
            "Auth",
            "Authenticate",
            AuthenticateRequest.getDefaultInstance(),
            AuthenticateResponse.getDefaultInstance());
    static final MethodDescriptor<StatusRequest, StatusResponse> STATUS = method(
            MethodType.UNARY,
            "Maintenance",
            "Status",
            StatusRequest.getDefaultInstance(),
            StatusResponse.getDefaultInstance());

    private EtcdMethods() {}

    private static <A extends Message, B extends Message> MethodDescriptor<A, B> method(
            MethodType type, String service, String name, A request, B answer) {
        return MethodDescriptor.<A, B>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName("etcdserverpb." + service, name))
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(answer))
                .build();
    }
}
