package dev.jarbor.kms;

import com.google.protobuf.Message;
import dev.jarbor.kms.proto.DecryptRequest;
import dev.jarbor.kms.proto.DecryptResponse;
import dev.jarbor.kms.proto.EncryptRequest;
import dev.jarbor.kms.proto.EncryptResponse;
import dev.jarbor.kms.proto.StatusRequest;
import dev.jarbor.kms.proto.StatusResponse;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;

/** The three calls of a KMS plugin. */
final class KmsMethods {
    static final String SERVICE = "v2.KeyManagementService";

    static final MethodDescriptor<StatusRequest, StatusResponse> STATUS =
            unary("Status", StatusRequest.getDefaultInstance(), StatusResponse.getDefaultInstance());
    static final MethodDescriptor<EncryptRequest, EncryptResponse> ENCRYPT =
            unary("Encrypt", EncryptRequest.getDefaultInstance(), EncryptResponse.getDefaultInstance());
    static final MethodDescriptor<DecryptRequest, DecryptResponse> DECRYPT =
            unary("Decrypt", DecryptRequest.getDefaultInstance(), DecryptResponse.getDefaultInstance());

    private KmsMethods() {}

    private static <A extends Message, B extends Message> MethodDescriptor<A, B> unary(
            String name, A request, B response) {
        return MethodDescriptor.<A, B>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(response))
                .build();
    }
}
