package dev.jarbor.node.cri;

import com.google.protobuf.Message;
import dev.jarbor.node.cri.proto.AttachRequest;
import dev.jarbor.node.cri.proto.AttachResponse;
import dev.jarbor.node.cri.proto.ContainerStatusRequest;
import dev.jarbor.node.cri.proto.ContainerStatusResponse;
import dev.jarbor.node.cri.proto.CreateContainerRequest;
import dev.jarbor.node.cri.proto.CreateContainerResponse;
import dev.jarbor.node.cri.proto.ExecRequest;
import dev.jarbor.node.cri.proto.ExecResponse;
import dev.jarbor.node.cri.proto.ExecSyncRequest;
import dev.jarbor.node.cri.proto.ExecSyncResponse;
import dev.jarbor.node.cri.proto.ImageStatusRequest;
import dev.jarbor.node.cri.proto.ImageStatusResponse;
import dev.jarbor.node.cri.proto.ListContainerStatsRequest;
import dev.jarbor.node.cri.proto.ListContainerStatsResponse;
import dev.jarbor.node.cri.proto.ListContainersRequest;
import dev.jarbor.node.cri.proto.ListContainersResponse;
import dev.jarbor.node.cri.proto.ListImagesRequest;
import dev.jarbor.node.cri.proto.ListImagesResponse;
import dev.jarbor.node.cri.proto.ListPodSandboxRequest;
import dev.jarbor.node.cri.proto.ListPodSandboxResponse;
import dev.jarbor.node.cri.proto.PodSandboxStatusRequest;
import dev.jarbor.node.cri.proto.PodSandboxStatusResponse;
import dev.jarbor.node.cri.proto.PullImageRequest;
import dev.jarbor.node.cri.proto.PullImageResponse;
import dev.jarbor.node.cri.proto.RemoveContainerRequest;
import dev.jarbor.node.cri.proto.RemoveContainerResponse;
import dev.jarbor.node.cri.proto.RemoveImageRequest;
import dev.jarbor.node.cri.proto.RemoveImageResponse;
import dev.jarbor.node.cri.proto.RemovePodSandboxRequest;
import dev.jarbor.node.cri.proto.RemovePodSandboxResponse;
import dev.jarbor.node.cri.proto.ReopenContainerLogRequest;
import dev.jarbor.node.cri.proto.ReopenContainerLogResponse;
import dev.jarbor.node.cri.proto.RunPodSandboxRequest;
import dev.jarbor.node.cri.proto.RunPodSandboxResponse;
import dev.jarbor.node.cri.proto.StartContainerRequest;
import dev.jarbor.node.cri.proto.StartContainerResponse;
import dev.jarbor.node.cri.proto.StatusRequest;
import dev.jarbor.node.cri.proto.StatusResponse;
import dev.jarbor.node.cri.proto.StopContainerRequest;
import dev.jarbor.node.cri.proto.StopContainerResponse;
import dev.jarbor.node.cri.proto.StopPodSandboxRequest;
import dev.jarbor.node.cri.proto.StopPodSandboxResponse;
import dev.jarbor.node.cri.proto.VersionRequest;
import dev.jarbor.node.cri.proto.VersionResponse;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;

/**
 * The calls of the Container Runtime Interface that Jarbor makes. Written by hand: a table of two dozen lines needs no
 * code generator of its own, which would be a native program in the build.
 */
final class CriMethods {
    static final MethodDescriptor<VersionRequest, VersionResponse> VERSION =
            runtime("Version", VersionRequest.getDefaultInstance(), VersionResponse.getDefaultInstance());
    static final MethodDescriptor<StatusRequest, StatusResponse> STATUS =
            runtime("Status", StatusRequest.getDefaultInstance(), StatusResponse.getDefaultInstance());

    static final MethodDescriptor<RunPodSandboxRequest, RunPodSandboxResponse> RUN_SANDBOX = runtime(
            "RunPodSandbox", RunPodSandboxRequest.getDefaultInstance(), RunPodSandboxResponse.getDefaultInstance());
    static final MethodDescriptor<StopPodSandboxRequest, StopPodSandboxResponse> STOP_SANDBOX = runtime(
            "StopPodSandbox", StopPodSandboxRequest.getDefaultInstance(), StopPodSandboxResponse.getDefaultInstance());
    static final MethodDescriptor<RemovePodSandboxRequest, RemovePodSandboxResponse> REMOVE_SANDBOX = runtime(
            "RemovePodSandbox",
            RemovePodSandboxRequest.getDefaultInstance(),
            RemovePodSandboxResponse.getDefaultInstance());
    static final MethodDescriptor<PodSandboxStatusRequest, PodSandboxStatusResponse> SANDBOX_STATUS = runtime(
            "PodSandboxStatus",
            PodSandboxStatusRequest.getDefaultInstance(),
            PodSandboxStatusResponse.getDefaultInstance());
    static final MethodDescriptor<ListPodSandboxRequest, ListPodSandboxResponse> LIST_SANDBOXES = runtime(
            "ListPodSandbox", ListPodSandboxRequest.getDefaultInstance(), ListPodSandboxResponse.getDefaultInstance());

    static final MethodDescriptor<CreateContainerRequest, CreateContainerResponse> CREATE_CONTAINER = runtime(
            "CreateContainer",
            CreateContainerRequest.getDefaultInstance(),
            CreateContainerResponse.getDefaultInstance());
    static final MethodDescriptor<StartContainerRequest, StartContainerResponse> START_CONTAINER = runtime(
            "StartContainer", StartContainerRequest.getDefaultInstance(), StartContainerResponse.getDefaultInstance());
    static final MethodDescriptor<StopContainerRequest, StopContainerResponse> STOP_CONTAINER = runtime(
            "StopContainer", StopContainerRequest.getDefaultInstance(), StopContainerResponse.getDefaultInstance());
    static final MethodDescriptor<RemoveContainerRequest, RemoveContainerResponse> REMOVE_CONTAINER = runtime(
            "RemoveContainer",
            RemoveContainerRequest.getDefaultInstance(),
            RemoveContainerResponse.getDefaultInstance());
    static final MethodDescriptor<ListContainersRequest, ListContainersResponse> LIST_CONTAINERS = runtime(
            "ListContainers", ListContainersRequest.getDefaultInstance(), ListContainersResponse.getDefaultInstance());
    static final MethodDescriptor<ContainerStatusRequest, ContainerStatusResponse> CONTAINER_STATUS = runtime(
            "ContainerStatus",
            ContainerStatusRequest.getDefaultInstance(),
            ContainerStatusResponse.getDefaultInstance());
    static final MethodDescriptor<ReopenContainerLogRequest, ReopenContainerLogResponse> REOPEN_LOG = runtime(
            "ReopenContainerLog",
            ReopenContainerLogRequest.getDefaultInstance(),
            ReopenContainerLogResponse.getDefaultInstance());
    static final MethodDescriptor<ListContainerStatsRequest, ListContainerStatsResponse> STATS = runtime(
            "ListContainerStats",
            ListContainerStatsRequest.getDefaultInstance(),
            ListContainerStatsResponse.getDefaultInstance());

    static final MethodDescriptor<ExecSyncRequest, ExecSyncResponse> EXEC_SYNC =
            runtime("ExecSync", ExecSyncRequest.getDefaultInstance(), ExecSyncResponse.getDefaultInstance());
    static final MethodDescriptor<ExecRequest, ExecResponse> EXEC =
            runtime("Exec", ExecRequest.getDefaultInstance(), ExecResponse.getDefaultInstance());
    static final MethodDescriptor<AttachRequest, AttachResponse> ATTACH =
            runtime("Attach", AttachRequest.getDefaultInstance(), AttachResponse.getDefaultInstance());

    static final MethodDescriptor<ListImagesRequest, ListImagesResponse> LIST_IMAGES =
            image("ListImages", ListImagesRequest.getDefaultInstance(), ListImagesResponse.getDefaultInstance());
    static final MethodDescriptor<ImageStatusRequest, ImageStatusResponse> IMAGE_STATUS =
            image("ImageStatus", ImageStatusRequest.getDefaultInstance(), ImageStatusResponse.getDefaultInstance());
    static final MethodDescriptor<PullImageRequest, PullImageResponse> PULL_IMAGE =
            image("PullImage", PullImageRequest.getDefaultInstance(), PullImageResponse.getDefaultInstance());
    static final MethodDescriptor<RemoveImageRequest, RemoveImageResponse> REMOVE_IMAGE =
            image("RemoveImage", RemoveImageRequest.getDefaultInstance(), RemoveImageResponse.getDefaultInstance());

    private CriMethods() {}

    private static <A extends Message, B extends Message> MethodDescriptor<A, B> runtime(
            String name, A request, B response) {
        return unary("runtime.v1.RuntimeService", name, request, response);
    }

    private static <A extends Message, B extends Message> MethodDescriptor<A, B> image(
            String name, A request, B response) {
        return unary("runtime.v1.ImageService", name, request, response);
    }

    static <A extends Message, B extends Message> MethodDescriptor<A, B> unary(
            String service, String name, A request, B response) {
        return MethodDescriptor.<A, B>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(response))
                .build();
    }
}
